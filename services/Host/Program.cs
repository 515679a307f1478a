using SmartQueue.Host;

return args switch
{
    ["--help" or "-h" or "help", ..] => Usage.Print(),
    ["health", .. var rest] => await HealthCommand.RunAsync(rest),
    ["rotate-signing-key", .. var rest] => RotateKeyCommand.Run(rest),
    _ => await ServeCommand.RunAsync(args),
};
