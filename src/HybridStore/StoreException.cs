namespace HybridStore;

/// <summary>The outside world is not as it should be: a file, the disk, the data, Postgres, or what was asked for.</summary>
/// <remarks>The message is one sentence or two for a person: where, what was expected and found, and what to do.</remarks>
public sealed class StoreException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="kind">What a caller can act on.</param>
    /// <param name="message">Where, what was expected and found, what to do.</param>
    /// <param name="inner">What the system said, if anything.</param>
    public StoreException(StoreErrorKind kind, string message, Exception? inner = null)
        : base(message, inner) => Kind = kind;

    /// <summary>What a caller can act on.</summary>
    public StoreErrorKind Kind { get; }
}
