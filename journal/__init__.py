"""The documentary record of the proceedings (UNCITRAL Model Law art. 25), checkable without us."""
