using System.Collections;
using RawSse.Server.Hosting;

var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
    .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "");
SocketCompletions.RunInline();
return await ServerApplication.RunAsync(args, environment, Console.Out, Console.Error);
