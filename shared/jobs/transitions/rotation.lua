-- Boxes under another key of the ring (shared/rotate_keys.py).

-- key field old new [key field old new ...] -> how many were replaced: those that still are what was read.
function operations.replace_boxes(...)
  local words, replaced = {...}, 0
  for i = 1, #words, 4 do
    if redis.call('HGET', words[i], words[i + 1]) == words[i + 2] then
      redis.call('HSET', words[i], words[i + 1], words[i + 3])
      replaced = replaced + 1
    end
  end
  return replaced
end
