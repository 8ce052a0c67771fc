package shap_test

import "context"

// testContext is for helpers that have no test to take one from.
var testContext = context.Background()
