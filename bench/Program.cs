using RawSse.Bench.Commands;

return CommandRegistry.Run(args);
