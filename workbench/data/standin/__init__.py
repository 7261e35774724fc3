"""Generators of the stand-in data, each with what is true of it: segments of its customers, kinds of its columns.

telecom_rfm_ahp   payments of a telecom operator's customers
bank_app_kmeans   the event log of a bank app, calibrated, with dirt on purpose
retail_cbr_grey   bookings of a bank's retail customers, with true types and value classes
churn_warning     contracts, usage and tickets of a campus operator's customers, with dirt on purpose
churn_leaving     why those customers leave, and what a call would do
customer_grading  customers with assets, balances that never change but for noise, and answers to a questionnaire
annual_review     three years of orders with returns, and who the customers are
data_protection   columns, notes and outgoing lines with personal data that can be nobody's, and what looks like them
complaints        a property firm's complaints, with two real groups and a slow last week; the working days of 2024
account_openings  a bank's account openings, with rings and everyday second accounts
writing           their files written into a project that has none of them
"""
