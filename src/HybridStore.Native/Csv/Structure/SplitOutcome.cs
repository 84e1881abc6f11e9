namespace HybridStore.Native.Csv.Structure;

/// <summary>How the splitting of a record ended.</summary>
internal enum SplitOutcome
{
    /// <summary>At a line feed.</summary>
    Complete,

    /// <summary>At the end of the bytes, outside of quotes.</summary>
    Incomplete,

    /// <summary>At the end of the bytes, inside of quotes.</summary>
    OpenQuote,

    /// <summary>At a byte behind a closing quote that is neither delimiter nor line break.</summary>
    TextAfterQuote,
}
