# All work is done by scripts/dev.py; these are its names.
PYTHON ?= python3

.PHONY: setup run test
setup run test:
	@$(PYTHON) scripts/dev.py $@ $(ARGS)
