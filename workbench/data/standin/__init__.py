"""Generators of the stand-in data, each with the true segments of its customers.

telecom_rfm_ahp   payments of a telecom operator's customers
bank_app_kmeans   the event log of a bank app, calibrated, with dirt on purpose
retail_cbr_grey   bookings of a bank's retail customers, with true types and value classes
annual_review     three years of orders with returns, and who the customers are
"""
