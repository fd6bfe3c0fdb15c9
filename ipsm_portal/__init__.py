"""The wiring: settings, addresses, sign-in policy, log masking. What the portal knows and does is in registry and validation."""
