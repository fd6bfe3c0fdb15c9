"""Pages. Each view: get, form, one call, redirect."""
