using SmartQueue.Mutation;

return await MutateCommand.RunAsync(args);
