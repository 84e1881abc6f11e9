namespace HybridStore.Tests.Walk;

/// <summary>A kind of step.</summary>
internal interface IWalkStep
{
    /// <summary>How often it is taken, against the others.</summary>
    int Weight { get; }

    /// <summary>Takes it, and compares.</summary>
    /// <param name="world">Where.</param>
    /// <param name="random">Chooses everything about it.</param>
    /// <returns>A task that ends without having done anything where the step makes no sense.</returns>
    /// <exception cref="WalkException">The store is not what the model says.</exception>
    Task TakeAsync(WalkWorld world, Random random);
}
