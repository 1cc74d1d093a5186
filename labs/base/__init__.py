"""What every room of the application stands on: paths, errors, files, git, the editor, fingerprints."""
