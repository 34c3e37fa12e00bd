from tests.access_case import Case

CASES: dict[str, Case] = {}
BY_RELATIONSHIP: dict[str, str] = {}
FOR_EVERYBODY: dict[str, str] = {}
BELOW: dict[str, str] = {}
