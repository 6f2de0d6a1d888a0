module github.com/accordsdk/accord/examples

go 1.26.0

require (
	github.com/accordsdk/accord v0.0.0
	github.com/google/uuid v1.6.0
	github.com/stretchr/testify v1.12.1
	golang.org/x/text v0.43.0
)

require (
	github.com/nyaruka/phonenumbers/v2 v2.0.7 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
	google.golang.org/protobuf v1.36.11 // indirect
)

// The examples are built against the library beside them.
replace github.com/accordsdk/accord => ../
