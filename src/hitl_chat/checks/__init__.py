"""The checks, one file each, and the registry that names them. Knows no model, store or rule."""
