module github.com/accordsdk/accord/examples

go 1.26.0

require (
	github.com/accordsdk/accord v0.0.0
	github.com/stretchr/testify v1.12.1
)

require (
	go.yaml.in/yaml/v3 v3.0.5 // indirect
	golang.org/x/text v0.43.0 // indirect
)

// The examples are built against the library beside them.
replace github.com/accordsdk/accord => ../
