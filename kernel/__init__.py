"""Value types that everything of the domain imports; nothing here imports a package of ours."""
