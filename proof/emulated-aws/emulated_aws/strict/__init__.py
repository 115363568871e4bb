"""What AWS refuses and moto takes: requests that break the API model, and those that only prose forbids."""
