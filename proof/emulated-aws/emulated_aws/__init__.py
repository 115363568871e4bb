"""The emulated AWS of the rehearsal: moto's server, and what the real API does that moto doesn't.

`python -m emulated_aws --help` says how to start it. Each file of `services` corrects one AWS service.
"""
