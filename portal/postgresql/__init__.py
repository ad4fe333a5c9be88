"""Django's PostgreSQL back end, with what is to be the last statement of a transaction."""
