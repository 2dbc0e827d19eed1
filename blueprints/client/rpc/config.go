package rpc

import (
	"encoding/json"
	"fmt"
	"time"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
)

// What one connection may take.
const (
	sampleDialTimeout   = 3 * time.Second // the TLS handshake too
	sampleDialPause     = 100 * time.Millisecond
	sampleMaxDialPause  = 5 * time.Second
	sampleIdleTimeout   = 5 * time.Minute
	samplePingAfter     = 30 * time.Second // of silence: it may lead nowhere any more
	samplePingTimeout   = 5 * time.Second
	sampleConnectionAge = 30 * time.Minute
	sampleMaxHeader     = 64 << 10
	sampleMaxMessage    = 4 << 20
)

// sampleCallConfig spreads calls over all servers, bounds those that are no streams, and
// makes idempotent ones again where no server answered.
func sampleCallConfig(name protoreflect.FullName) (string, error) {
	found, err := protoregistry.GlobalFiles.FindDescriptorByName(name)
	if err != nil {
		return "", err
	}
	service, ok := found.(protoreflect.ServiceDescriptor)
	if !ok {
		return "", fmt.Errorf("%s is not a service", name)
	}
	type object = map[string]any
	var methods []object
	for i := range service.Methods().Len() {
		method := service.Methods().Get(i)
		config := object{"name": []object{{"service": name, "method": method.Name()}}}
		if !method.IsStreamingClient() && !method.IsStreamingServer() {
			config["timeout"] = fmt.Sprintf("%fs", sampleTimeout(string(method.Name())).Seconds())
		}
		if sampleIdempotent(method) {
			config["retryPolicy"] = object{
				"maxAttempts":          3,
				"initialBackoff":       "0.05s", // each is up to a fifth longer or shorter: not all come back at once
				"maxBackoff":           "1s",
				"backoffMultiplier":    2,
				"retryableStatusCodes": []string{"UNAVAILABLE"},
			}
		}
		methods = append(methods, config)
	}
	text, err := json.Marshal(object{
		"loadBalancingConfig": []object{{"round_robin": object{}}},
		"methodConfig":        methods,
		"retryThrottling":     object{"maxTokens": 100, "tokenRatio": 0.1}, // when most calls fail, another attempt makes it worse
	})
	return string(text), err
}

// sampleIdempotent tells whether the contract says that a method may be called twice.
func sampleIdempotent(method protoreflect.MethodDescriptor) bool {
	options, _ := method.Options().(*descriptorpb.MethodOptions)
	return options.GetIdempotencyLevel() != descriptorpb.MethodOptions_IDEMPOTENCY_UNKNOWN
}
