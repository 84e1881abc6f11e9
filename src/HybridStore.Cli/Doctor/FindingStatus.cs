namespace HybridStore.Cli.Doctor;

/// <summary>How a checked thing is.</summary>
internal enum FindingStatus
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>It works, and may not for long or not well.</summary>
    Warn,

    /// <summary>Something does not work.</summary>
    Fail,
}
