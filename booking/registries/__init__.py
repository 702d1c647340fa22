"""Registries: the places where features add to the core.

The core never imports a feature. A feature calls a `register` function from its
`AppConfig.ready`; the core asks the registry for what is there. With no feature installed,
every registry is empty and the core works.

| registry | what a feature adds |
|---|---|
| `navigation` | a section of the desk |
| `account_pages` | a page of the patient's account |
| `panels` | a panel on a patient's record, an appointment, a receipt, Today or an account |
| `ledger` | where payments and charges are recorded, and what is due |
| `mail_copies` | who else is told when a patient is mailed about an appointment |
| `patient_merge` | models whose rows follow a patient into a merged record |
| `patient_export` | what the copy of a person's data contains |
| `birth_dates` | when patients were born |
| `patient_erasure` | what an erasure removes, and what stays |
| `erasures` | the function that erases a patient again after a restore |
| `privacy_statements` | what the privacy page says about how long data is kept |
| `invariants` | a check of `verify_bookings` |
| `doctor_checks` | a check of `doctor`, of whose problems the owner can be told |
| `error_reports` | a function that is told about exceptions that nobody handled |
| `metrics` | what `/metrics` reports |
| `setup_guide` | a link at the end of the set-up guide |
| `booking.access.roles.register_ability` | an ability, with the roles that have it |
| `booking.access.proxies.register` | who else may act for a patient |
| `booking.notifications.kinds.register_kind` | a kind of notification |
| `clinic.lib.scheduled_jobs.register_job` | a scheduled job |
"""
