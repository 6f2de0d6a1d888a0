package phone
import _ "github.com/nyaruka/phonenumbers/v2"
