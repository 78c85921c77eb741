"""The portal on a real installation: pages of purchases that people have played."""
