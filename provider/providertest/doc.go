// Package providertest checks that providers keep the promises of
// provider.Provider.
//
// It is for everyone who writes one: the adapters in this repository and those
// in yours run the same cases. A whole test file is
//
//	func TestProvider(t *testing.T) {
//		providertest.Run(t, func(t *testing.T) providertest.Harness {
//			carrier := startFakeCarrier(t)
//			return providertest.Harness{
//				Provider: mycarrier.New(carrier.Address(), nil),
//				Arrived:  carrier.Arrived,
//				Hang:     carrier.Hang,
//			}
//		})
//	}
//
// The messages are real ones: a [Host] runs a gate over a ledger and a list in
// memory, in which people who do not exist agreed to be written to. There is no
// other way to make a message, here neither, and a Host refuses to work outside
// a test. Tests of an adapter's own, of its wire format for instance, take their
// messages from one too.
//
// # Compatibility
//
// A case may be added in any minor release, where the documentation of the
// interface already demands what it checks. Import this package from _test.go
// files only, and package testing stays out of your binaries.
package providertest
