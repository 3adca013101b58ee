-- Health of a TokenSet for Argo CD: data["resource.customizations.health.keyturn.dev_TokenSet"] of the ConfigMap
-- argocd-cm. A token that rotates keeps a set healthy; one that waits for a person is degraded.
local health = { status = "Progressing", message = "The controller has not looked at it yet." }
if obj.metadata.deletionTimestamp ~= nil then
  health.message = "Its tokens are being revoked."
  return health
end
if obj.status == nil or obj.status.conditions == nil then
  return health
end
local found = {}
for _, condition in ipairs(obj.status.conditions) do
  found[condition.type] = condition
end
local ready, stalled = found["Ready"], found["Stalled"]
if obj.status.observedGeneration ~= obj.metadata.generation then
  health.message = "The controller has not applied the latest change yet."
  return health
end
if stalled ~= nil and stalled.status == "True" then
  return { status = "Degraded", message = stalled.reason .. ": " .. stalled.message }
end
if ready == nil then
  return health
end
if ready.status == "True" then
  local status = "Healthy"
  if ready.reason == "Suspended" then status = "Suspended" end
  return { status = status, message = ready.message }
end
health.message = ready.reason .. ": " .. ready.message
return health
