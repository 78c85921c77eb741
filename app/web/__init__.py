"""What every page needs: language, words for values, components, headers, static files."""
