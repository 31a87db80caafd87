"""Write-back: what was merged and mended here, as files that the source systems can take in."""
