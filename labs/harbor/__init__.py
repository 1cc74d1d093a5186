"""An engagement as a task of Harbor, which measures coding agents: what `fdelab export harbor` writes."""
