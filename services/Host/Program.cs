using SmartQueue.Host;
using SmartQueue.Host.Commands;
using SmartQueue.Replay.Cli;

return args switch
{
    ["--help" or "-h" or "help", ..] => Usage.Print(),
    ["demo", .. var rest] => await UntilInterrupted.RunAsync(stop => DemoCommand.RunAsync(rest, stop)),
    ["health", .. var rest] => await HealthCommand.RunAsync(rest),
    ["rotate-signing-key", .. var rest] => await UntilInterrupted.RunAsync(stop => RotateKeyCommand.RunAsync(rest, stop)),
    ["reset-admin", .. var rest] => await UntilInterrupted.RunAsync(stop => ResetAdminCommand.RunAsync(rest, stop)),
    ["replay-errors", .. var rest] => await UntilInterrupted.RunAsync(stop => ReplayErrorsCommand.RunAsync(rest, stop)),
    ["status", .. var rest] => await UntilInterrupted.RunAsync(stop => StatusCommand.RunAsync(rest, stop)),
    ["upgrade", .. var rest] => await UntilInterrupted.RunAsync(stop => UpgradeCommand.RunAsync(rest, stop)),
    ["backup", .. var rest] => await UntilInterrupted.RunAsync(stop => BackupCommand.RunAsync(rest, stop)),
    ["restore", .. var rest] => await UntilInterrupted.RunAsync(stop => RestoreCommand.RunAsync(rest, stop)),
    ["replay", .. var rest] => await UntilInterrupted.RunAsync(stop => ReplayCommand.RunAsync(rest, stop)),
    ["simulate", .. var rest] => await UntilInterrupted.RunAsync(stop => SimulateCommand.RunAsync(rest, stop)),
    ["evaluate-estimates", .. var rest] => await UntilInterrupted.RunAsync(stop => EvaluateCommand.RunAsync(rest, stop)),
    _ => await ServeCommand.RunAsync(args),
};
