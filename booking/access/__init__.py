"""Who may do what, and how they prove who they are.

| module | subject |
|---|---|
| `roles` | the abilities of each role |
| `scope` | the appointments, patients and calendars that each role sees |
| `proxies` | who else may act for a patient: the registry that a feature fills |
| `gates` | one decorator for each urls file that needs a sign-in |
| `checks` | the checks that gates are composed of |
| `account_views` | decorators that adapt allauth's views to the rules of this site |
| `backend` | allauth's authentication backend, which reads the patient record with the user |
| `password_words` | words that a password must not consist of |
| `appointment_pages` | the two ways to the pages of an appointment: its link, and the account |
| `patients` | whose record the pages of the patient's account are about |
| `landing` | where people belong after they have signed in |
| `signed_in_marker` | a cookie that tells scripts whether somebody is signed in |
| `session_engine` | how sessions are stored |
| `staff_sessions` | how long a session of staff lasts |
| `lock_screen` | the lock screen of an idle desk, and the form that was sent to it |
| `second_factor` | authenticator apps and passkeys of staff |
| `second_factor_secrets` | how the secrets of apps and recovery codes are encrypted |
| `allauth_internals` | everything that is used of allauth's internal modules |
"""
