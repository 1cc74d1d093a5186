"""From the scanners' files to movements in the WMS."""
