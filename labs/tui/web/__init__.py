"""The app in a browser on this machine: `server.py` guards and serves it, `app.py` is the process behind each tab."""
