package chart

import (
	"bytes"
	"encoding/json"
	"maps"

	"github.com/mintwright/mintwright/generators/answers"
)

// schemaJSON is the JSON Schema of a service's values. What the table does not name is refused,
// so that a typo is an error and not a value without effect.
func schemaJSON(a answers.Answers) ([]byte, error) {
	s := sectionSchema(values(a))
	s["$schema"] = "http://json-schema.org/draft-07/schema#"
	s["title"] = "Values of the chart of " + a.Name
	s["properties"].(schema)["global"] = schema{"type": "object", "description": "What a chart around this one shares; it is not read."}
	s["definitions"] = definitions()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(s)
	return b.Bytes(), err
}

// sectionSchema is the schema of a section with the rows.
func sectionSchema(rows []row) schema {
	properties, required := schema{}, []string{}
	for _, r := range rows {
		properties[r.key] = rowSchema(r)
		if !r.lacks {
			required = append(required, r.key)
		}
	}
	return closed(properties, required...)
}

func rowSchema(r row) schema {
	s := schema{}
	if r.rows != nil {
		s = sectionSchema(r.rows)
	}
	maps.Copy(s, r.is)
	if _, only := s["$ref"]; r.doc != "" && !only {
		s["description"] = r.doc
	}
	return s
}

// closed is an object with these properties and no others.
func closed(properties schema, required ...string) schema {
	s := schema{"type": "object", "additionalProperties": false, "properties": properties}
	if len(required) > 0 {
		s["required"] = required
	}
	return s
}

// definitions are the parts of Kubernetes' own objects that values hold. Where an object has
// hundreds of fields (a volume, a container) the API server is the judge of them.
func definitions() schema {
	str, num, yes := schema{"type": "string"}, schema{"type": "integer"}, schema{"type": "boolean"}
	name := schema{"type": "string", "pattern": dnsName}
	open := schema{"type": "object"}
	texts := schema{"type": "object", "additionalProperties": str}
	key := `^([a-z0-9]([a-z0-9.-]*[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$`
	own := []string{
		"app.kubernetes.io/name", "app.kubernetes.io/instance", "app.kubernetes.io/component",
		"app.kubernetes.io/version", "app.kubernetes.io/managed-by", "helm.sh/chart",
	}
	port := schema{"oneOf": []schema{{"type": "integer", "minimum": 1, "maximum": 65535}, {"type": "string", "pattern": `^[a-z0-9-]{1,15}$`}}}
	expressions := listOf(closed(schema{
		"key":      str,
		"operator": schema{"enum": []string{"In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"}},
		"values":   listOf(str),
	}, "key", "operator"))
	ports := listOf(closed(schema{
		"protocol": schema{"enum": []string{"TCP", "UDP", "SCTP"}},
		"port":     port, "endPort": num,
	}))
	secret := schema{"type": "object", "required": []string{"name"}}
	secret["properties"] = schema{"name": schema{"type": "string", "pattern": `^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`}}
	scaling := closed(schema{
		"stabilizationWindowSeconds": schema{"type": "integer", "minimum": 0, "maximum": 3600},
		"selectPolicy":               schema{"enum": []string{"Max", "Min", "Disabled"}},
		"tolerance":                  schema{"type": []string{"string", "number"}},
		"policies": listOf(closed(schema{
			"type":          schema{"enum": []string{"Pods", "Percent"}},
			"value":         schema{"type": "integer", "minimum": 1},
			"periodSeconds": schema{"type": "integer", "minimum": 1, "maximum": 1800},
		}, "type", "value", "periodSeconds")),
	})
	amounts := schema{
		"type":                 "object",
		"additionalProperties": schema{"oneOf": []schema{{"type": "string", "pattern": quantity}, {"type": "number", "minimum": 0}}},
	}
	return schema{
		"labels": schema{
			"type": "object", "additionalProperties": str,
			"propertyNames": schema{"pattern": key, "not": schema{"enum": own}},
		},
		"annotations":    schema{"type": "object", "additionalProperties": str, "propertyNames": schema{"pattern": key}},
		"openObject":     open,
		"localReference": closed(schema{"name": name}, "name"),
		"intOrPercent":   schema{"oneOf": []schema{{"type": "integer", "minimum": 0}, {"type": "string", "pattern": `^([0-9]|[1-9][0-9]|100)%$`}}},
		"cidr":           schema{"type": "string", "pattern": `^[0-9A-Fa-f:.]+/[0-9]{1,3}$`},
		"labelSelector":  closed(schema{"matchLabels": texts, "matchExpressions": expressions}),
		"peer": schema{
			"type": "object", "additionalProperties": false, "minProperties": 1,
			"properties": schema{
				"podSelector":       ref("labelSelector"),
				"namespaceSelector": ref("labelSelector"),
				"ipBlock":           closed(schema{"cidr": ref("cidr"), "except": listOf(ref("cidr"))}, "cidr"),
			},
			"if":   schema{"required": []string{"ipBlock"}},
			"then": schema{"maxProperties": 1},
		},
		"ingressRule": closed(schema{"from": listOf(ref("peer")), "ports": ports}),
		"egressRule":  closed(schema{"to": listOf(ref("peer")), "ports": ports}),
		"call": closed(schema{
			"name":    schema{"type": "string", "pattern": `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`},
			"env":     schema{"type": "string", "pattern": callEnv},
			"address": schema{"type": "string", "pattern": hostPort},
			"id":      schema{"type": "string", "pattern": spiffeID},
			"port":    schema{"type": "integer", "minimum": 1, "maximum": 65535},
			"peers":   listOf(ref("peer")),
		}, "name", "env", "address", "id", "port", "peers"),
		"caller": closed(schema{"id": schema{"type": "string", "pattern": spiffeID}, "peers": listOf(ref("peer"))}, "id", "peers"),
		"canary": closed(schema{"name": name, "port": port, "weight": schema{"type": "integer", "minimum": 0, "maximum": 1000000}}, "name", "weight"),
		"strategy": closed(schema{
			"type":          schema{"enum": []string{"RollingUpdate", "Recreate"}},
			"rollingUpdate": closed(schema{"maxSurge": ref("intOrPercent"), "maxUnavailable": ref("intOrPercent")}),
		}, "type"),
		"scalingBehavior": closed(schema{"scaleUp": scaling, "scaleDown": scaling}),
		"kedaTrigger": closed(schema{
			"type": str, "name": str, "metadata": texts, "useCachedMetrics": yes,
			"metricType":        schema{"enum": []string{"AverageValue", "Value", "Utilization"}},
			"authenticationRef": closed(schema{"name": name, "kind": schema{"enum": []string{"TriggerAuthentication", "ClusterTriggerAuthentication"}}}, "name"),
		}, "type", "metadata"),
		"kedaFallback": closed(schema{
			"failureThreshold": schema{"type": "integer", "minimum": 0}, "replicas": schema{"type": "integer", "minimum": 0},
			"behavior": schema{"enum": []string{"static", "currentReplicas", "currentReplicasIfHigher", "currentReplicasIfLower"}},
		}),
		"resources": closed(schema{"requests": amounts, "limits": amounts, "claims": listOf(open)}),
		"affinity":  closed(schema{"nodeAffinity": open, "podAffinity": open, "podAntiAffinity": open}),
		"toleration": closed(schema{
			"key": str, "operator": schema{"enum": []string{"Exists", "Equal", "Lt", "Gt"}}, "value": str,
			"effect": schema{"enum": []string{"NoSchedule", "PreferNoSchedule", "NoExecute"}}, "tolerationSeconds": num,
		}),
		"dnsConfig": closed(schema{
			"nameservers": listOf(str), "searches": listOf(str),
			"options": listOf(closed(schema{"name": str, "value": str}, "name")),
		}),
		"hostAlias":   closed(schema{"ip": schema{"type": "string", "pattern": `^[0-9A-Fa-f:.]+$`}, "hostnames": listOf(str)}, "ip", "hostnames"),
		"env":         closed(schema{"name": schema{"type": "string", "pattern": `^[^=\x00-\x1f\x7f]+$`}, "value": str, "valueFrom": open}, "name"),
		"envFrom":     closed(schema{"prefix": str, "configMapRef": open, "secretRef": open}),
		"named":       secret,
		"volumeMount": schema{"type": "object", "required": []string{"name", "mountPath"}, "properties": schema{"name": str, "mountPath": str}},
	}
}
