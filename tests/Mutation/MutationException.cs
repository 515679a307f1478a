namespace SmartQueue.Mutation;

/// <summary>Nothing can be said about the tests, for a reason in words.</summary>
internal sealed class MutationException(string message) : Exception(message);
