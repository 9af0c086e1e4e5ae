"""What the cases share: data, servers, measuring, reporting."""
