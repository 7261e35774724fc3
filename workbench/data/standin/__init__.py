"""Generators of the stand-in data, each with the true segments of its customers.

telecom_rfm_ahp   payments of a telecom operator's customers
bank_app_kmeans   the event log of a bank app, calibrated, with dirt on purpose
retail_cbr_grey   bookings of a bank's retail customers, with true types and value classes
complaints        a property firm's complaints, with two real groups and a slow last week; the working days of 2024
account_openings  a bank's account openings, with rings and everyday second accounts
"""
