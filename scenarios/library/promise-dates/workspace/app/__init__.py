"""Promise API: tells customers of Halden Werkzeug when their order will leave the warehouse."""
