"""The public portal: pages that anyone may read without log-in."""
