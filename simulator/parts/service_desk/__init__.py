"""A customer's service desk: people in seats, who take over what is handed to them."""
