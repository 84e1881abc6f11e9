namespace HybridStore.Tests.Walk;

/// <summary>The store is not what the model says.</summary>
internal sealed class WalkException(string message) : Exception(message);
