namespace HybridStore.Cli.Prompt;

/// <summary>What became of the input after a key.</summary>
internal enum EditorOutcome
{
    /// <summary>It is being edited.</summary>
    Editing,

    /// <summary>It is complete.</summary>
    Submitted,

    /// <summary>It was given up.</summary>
    Cancelled,

    /// <summary>There is no more.</summary>
    Ended,

    /// <summary>It is being edited, and everything above it should go.</summary>
    ScreenCleared,
}
