package explain

import "fmt"

// A BudgetError tells that an estimator or a game needs more evaluations than
// it may have.
type BudgetError struct {
	Need, Have int // distinct coalitions, ∅ and N included
}

// Error tells both numbers.
func (e *BudgetError) Error() string {
	return fmt.Sprintf("explain: needs a budget of at least %d coalitions, has %d", e.Need, e.Have)
}
