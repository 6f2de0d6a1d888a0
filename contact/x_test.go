package contact_test
import _ "github.com/stretchr/testify/require"
import _ "github.com/google/uuid"
