"""The browser modules: in Node from their sources, and in Chromium as they are served."""
