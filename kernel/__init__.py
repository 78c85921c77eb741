"""Value types that everything of the domain imports; nothing here imports another package of ours."""
