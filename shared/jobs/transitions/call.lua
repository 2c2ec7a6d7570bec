local operation = table.remove(ARGV, 1)
return operations[operation](unpack(ARGV))
