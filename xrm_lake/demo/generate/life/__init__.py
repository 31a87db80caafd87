"""What happens in the two CRMs over time: deals, activities, tickets, and how things drift."""
