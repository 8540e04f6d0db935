"""The sandbox executor: plays our accounts on a laptop, and asks the gate before every act."""
