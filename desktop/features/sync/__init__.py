"""U盘交换: certificates, enrolment, and the bundles that offices hand each other on sticks."""
