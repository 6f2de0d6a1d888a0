package phone

// FrenchByPlan and CommonFrench let a test compare the short way with the long
// one.
var (
	FrenchByPlan = frenchByPlan
	CommonFrench = commonFrench
)
