// Package phone reads telephone numbers as people write them.
//
// It knows the numbering plans of the world by way of phonenumbers, a port of
// Google's libphonenumber, which weighs several megabytes: that is why it is a
// package of its own, and why nothing else in Accord imports it.
package phone
